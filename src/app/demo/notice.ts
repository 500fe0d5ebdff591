/** How the demo introduces itself, on a terminal, in the log and on the first page. */

export const demoNotice =
  "This is a live demo: a small shop in an embedded PostgreSQL, where somebody changes the schema by hand every 20 to 30 " +
  "seconds. To watch a database of yours, start with DATABASE_URL=postgres://... (or mysql://..., mariadb://...), or " +
  "write a driftwatch.yaml.";
