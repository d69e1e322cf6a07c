import { setupPrompt } from "../src/core/setup-prompt.ts";

export default setupPrompt({
  name: "setup_inbound",
  title: "Set up inbound calls",
  description: "Trunk, number and destination, so that calls to a number reach your server (origination).",
  useCase: "inbound",
  needs: "destination",
  numberIs: "Number that callers dial",
});
