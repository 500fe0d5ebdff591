/** What a hurried colleague does to the shop by hand: each act is drift, and most are taken back later. */

export interface Act {
  /** What happened, as a colleague would say it. */
  readonly story: string;
  readonly sql: string;
  /** Takes it back. */
  readonly undo: string;
}

export const scenario: readonly Act[] = [
  {
    story: "somebody drops an index that 'nobody uses'",
    sql: "DROP INDEX shop.orders_customer_idx",
    undo: "CREATE INDEX orders_customer_idx ON shop.orders (customer_id)",
  },
  {
    story: "a support engineer switches row security off to look at one customer",
    sql: "ALTER TABLE shop.customers DISABLE ROW LEVEL SECURITY",
    undo: "ALTER TABLE shop.customers ENABLE ROW LEVEL SECURITY",
  },
  {
    story: "a hotfix narrows a price column",
    sql: "ALTER TABLE shop.products ALTER COLUMN price TYPE numeric(8,2)",
    undo: "ALTER TABLE shop.products ALTER COLUMN price TYPE numeric(10,2)",
  },
  {
    story: "an analyst leaves a working table behind",
    sql: "CREATE TABLE shop.tmp_export_2 (order_id bigint, customer_email text, exported boolean DEFAULT false)",
    undo: "DROP TABLE shop.tmp_export_2",
  },
  {
    story: "everybody may suddenly read the payments",
    sql: "GRANT SELECT ON shop.payments TO PUBLIC",
    undo: "REVOKE SELECT ON shop.payments FROM PUBLIC",
  },
  {
    story: "a bulk load needs the foreign key out of the way",
    sql: "ALTER TABLE shop.order_items DROP CONSTRAINT order_items_product_fk",
    undo: "ALTER TABLE shop.order_items ADD CONSTRAINT order_items_product_fk FOREIGN KEY (product_id) REFERENCES shop.products (id)",
  },
  {
    story: "a trigger is disabled during an import and forgotten",
    sql: "ALTER TABLE shop.order_items DISABLE TRIGGER keep_total",
    undo: "ALTER TABLE shop.order_items ENABLE TRIGGER keep_total",
  },
  {
    story: "a column is added by hand ahead of its migration",
    sql: "ALTER TABLE shop.orders ADD COLUMN coupon_code varchar(20)",
    undo: "ALTER TABLE shop.orders DROP COLUMN coupon_code",
  },
];
