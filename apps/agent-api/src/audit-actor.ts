/** Who is said to have made a change in the audit log while callers can't be told apart: there is no sign-in yet. */
export const AUDIT_ACTOR = 'agent-api';
