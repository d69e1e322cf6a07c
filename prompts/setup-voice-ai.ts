import { setupPrompt } from "../src/core/setup-prompt.ts";

export default setupPrompt({
  name: "setup_voice_ai",
  title: "Connect a voice bot",
  description: "Trunk, number and who may call, so that calls reach a voice bot.",
  useCase: "voice_ai",
  needs: "ip",
  numberIs: "Number of the bot",
  instead:
    'If the bot runs on LiveKit, Vapi, Retell or ElevenLabs, do this instead: connect_trunk {"numbers": ["<number in E.164>"], "platform": "<platform>"} plans both ends, and apply_plan does it.',
});
