/** The module is put together wrongly; the application does not start. The message ends with the fix. */
export class PortOneStartError extends Error {
  override name = 'PortOneStartError';
}
