/** The ways by which a person is reached outside the conversation. */
export interface Outside {
  approvalUrl(id: string): Promise<string>;
  /** Absent where no terminal of theirs reaches this server's store. */
  approvalCommand(id: string): string | undefined;
  /** An address at which this principal's person sees this secret, once. */
  revealUrl(ref: string, principal: string): Promise<string>;
}
