/** A credential: its values by name. */
export type Credential = Record<string, string>;
/** Stores a credential under a name, unless that name has one already. Returns whether it was new. */
export type Keep = (name: string, credential: Credential) => Promise<boolean>;
