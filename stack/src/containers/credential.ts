/** A credential, by the names of what it holds. */
export type Credential = Record<string, string>;
/** Keeps a credential under a name, unless there is one of that name. Answers whether it was new. */
export type Keep = (name: string, credential: Credential) => Promise<boolean>;
