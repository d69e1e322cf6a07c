import type { ApprovalBinding } from "../../src/core/store/approvals.ts";

/** The call that these tests journal and approve. */
export const call: ApprovalBinding = { principal: "ann", tool: "exotel_delete_trunk", arguments: "digest", fingerprint: "state" };
