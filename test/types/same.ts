/** `true` when the two types are one and the same. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only with `true`: `same<Same<A, B>>()`. */
export declare function same<T extends true>(): T;
