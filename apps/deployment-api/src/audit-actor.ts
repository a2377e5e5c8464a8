/** Who is said to have made a change in the audit log when it was nobody who called. */
export const AUDIT_ACTOR = 'deployment-api';
