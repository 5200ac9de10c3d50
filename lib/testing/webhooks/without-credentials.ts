/** A URL as a log may show it: without user and password. */
export function withoutCredentials(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/?#\\]*@/, '$1…@');
}
