/** The schema of a small online shop: believable enough that a change in it reads like a change in production. */

export const shopSchema = `
CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'The web shop';
CREATE ROLE shop_app;
CREATE ROLE shop_reporting;

CREATE TYPE shop.order_status AS ENUM ('draft', 'placed', 'paid', 'shipped', 'cancelled');
CREATE DOMAIN shop.email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');

CREATE TABLE shop.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id integer NOT NULL,
  email shop.email NOT NULL,
  full_name varchar(120) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT customers_email_key UNIQUE (tenant_id, email)
);
ALTER TABLE shop.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON shop.customers
  USING (tenant_id = current_setting('shop.tenant', true)::integer);

CREATE TABLE shop.products (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sku varchar(40) NOT NULL CONSTRAINT products_sku_key UNIQUE,
  name text NOT NULL,
  price numeric(10,2) NOT NULL CONSTRAINT products_price_check CHECK (price >= 0),
  active boolean NOT NULL DEFAULT true
);

CREATE TABLE shop.orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL CONSTRAINT orders_customer_fk REFERENCES shop.customers (id),
  status shop.order_status NOT NULL DEFAULT 'draft',
  total numeric(10,2) NOT NULL DEFAULT 0,
  placed_at timestamptz,
  note text
);
CREATE INDEX orders_customer_idx ON shop.orders (customer_id);
CREATE INDEX orders_open_idx ON shop.orders (placed_at) WHERE status IN ('placed', 'paid');

CREATE TABLE shop.order_items (
  order_id bigint NOT NULL CONSTRAINT order_items_order_fk REFERENCES shop.orders (id) ON DELETE CASCADE,
  line integer NOT NULL,
  product_id bigint NOT NULL CONSTRAINT order_items_product_fk REFERENCES shop.products (id),
  quantity integer NOT NULL CONSTRAINT order_items_quantity_check CHECK (quantity > 0),
  unit_price numeric(10,2) NOT NULL,
  PRIMARY KEY (order_id, line)
);
CREATE INDEX order_items_product_idx ON shop.order_items (product_id);

CREATE TABLE shop.payments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id bigint NOT NULL CONSTRAINT payments_order_fk REFERENCES shop.orders (id),
  amount numeric(10,2) NOT NULL,
  provider_reference text NOT NULL CONSTRAINT payments_reference_key UNIQUE,
  received_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION shop.order_total(wanted bigint) RETURNS numeric LANGUAGE sql STABLE
  AS 'SELECT coalesce(sum(quantity * unit_price), 0) FROM shop.order_items WHERE order_id = wanted';
CREATE FUNCTION shop.keep_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE shop.orders SET total = shop.order_total(NEW.order_id) WHERE id = NEW.order_id;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_total AFTER INSERT OR UPDATE ON shop.order_items
  FOR EACH ROW EXECUTE FUNCTION shop.keep_total();

CREATE VIEW shop.open_orders AS
  SELECT o.id, o.placed_at, o.total, c.full_name
  FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id
  WHERE o.status IN ('placed', 'paid');

GRANT USAGE ON SCHEMA shop TO shop_app, shop_reporting;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA shop TO shop_app;
GRANT SELECT ON shop.open_orders TO shop_reporting;
`;
