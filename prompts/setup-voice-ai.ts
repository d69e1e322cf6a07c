import { setupPrompt } from "../src/core/setup-prompt.ts";

export default setupPrompt({
  name: "setup_voice_ai",
  title: "Connect a voice bot",
  description: "Trunk, number and who may call, so that calls reach a voice bot.",
  useCase: "voice_ai",
  needs: "ip",
  numberIs: "Number of the bot",
});
