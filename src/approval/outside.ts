/** The ways by which a person is reached outside the conversation. */
export interface Outside {
  approvalUrl(id: string): Promise<string>;
  /** Absent where no terminal of theirs reaches this server's store. */
  approvalCommand(id: string): string | undefined;
  /** The command with which they see this secret there. */
  secretCommand(ref: string): string | undefined;
  /** Serves the links of a process that is gone, where that needs a server of its own. */
  serveEarlierLinks?(): Promise<void>;
  /** An address at which this principal's person sees this secret, once. */
  revealUrl(ref: string, principal: string): Promise<string>;
}
