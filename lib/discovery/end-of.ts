import { isObservable, lastValueFrom } from 'rxjs';

/** The end of what a method returned. Nest's own clients return observables, which do nothing until somebody subscribes. */
export async function endOf(returned: unknown): Promise<unknown> {
  const value = await returned;
  return isObservable(value) ? lastValueFrom(value, { defaultValue: undefined }) : value;
}
