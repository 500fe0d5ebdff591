-- A small schema to watch. Try afterwards: docker compose exec shop psql -U shop -c 'drop index orders_customer'
create table customers (
  id bigint generated always as identity primary key,
  email text not null unique,
  name text not null,
  created_at timestamptz not null default now()
);

create table orders (
  id bigint generated always as identity primary key,
  customer_id bigint not null references customers,
  total numeric(12, 2) not null check (total >= 0),
  placed_at timestamptz not null default now()
);

create index orders_customer on orders (customer_id, placed_at);
