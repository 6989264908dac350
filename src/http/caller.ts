/** On whose behalf a request comes. */
export interface Caller {
  /** Whose jobs it may see and whose share it uses; none where everybody may do everything. */
  readonly tenant: string | undefined;
}

/** The caller where nobody is asked who they are. */
export const ANYBODY: Caller = Object.freeze({ tenant: undefined });
