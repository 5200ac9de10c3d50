/**
 * An open transaction of the application's database. What is done with it takes effect together with what this package
 * notes, or not at all. It is the database driver's own client: `nestjs-portone/postgres` says how a query builder gets
 * it. Do not commit it, roll it back or release it.
 */
export interface PortOneTransaction {
  /**
   * Runs one statement.
   *
   * @param values for `$1`, `$2` …
   */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>;
}
