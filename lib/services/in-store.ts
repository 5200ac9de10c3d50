/**
 * What names a payment or the like, with its store. Where none is named PortOne looks in the API secret's own store, and
 * the SDK fills in the configured one for what it sends as JSON alone, not for reads.
 */
export function inStore<Named extends object>(
  named: Named,
  storeId: string | undefined,
): Named & { readonly storeId?: string } {
  return storeId === undefined ? named : { ...named, storeId };
}
