import { setupPrompt } from "../src/core/setup-prompt.ts";

export default setupPrompt({
  name: "setup_outbound",
  title: "Set up outbound calls",
  description: "Trunk, caller id and who may call, so that a PBX can place calls (termination).",
  useCase: "outbound",
  needs: "ip",
  numberIs: "Caller id",
});
