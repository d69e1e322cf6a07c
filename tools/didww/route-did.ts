import * as z from "zod";
import { defineTool } from "../../src/core/tool.ts";
import { didww } from "../../src/providers/didww/index.ts";
import { movedFrom, routedAway, routedIn } from "../../src/providers/didww/voice-in/after.ts";
import { routeSchema, shownDidSchema } from "../../src/providers/didww/voice-in/fields.ts";
import { withPlace } from "../../src/providers/didww/voice-in/find-place.ts";
import { checkRoute } from "../../src/providers/didww/voice-in/input-rules.ts";
import { voiceInTrunks } from "../../src/providers/didww/voice-in/kinds.ts";

export default defineTool({
  name: "didww_route_did",
  title: "Route a DIDWW number",
  description: "Sends a number's calls to a voice in trunk, a group, or nowhere, at once. It asks the person where they go elsewhere now.",
  provider: didww,
  effect: "change",
  input: routeSchema,
  output: z.object({ did: shownDidSchema }),
  kind: voiceInTrunks,
  check: checkRoute,
  resolve: withPlace,
  after: (trunk, input) => trunk && routedIn(trunk, input),
  elsewhere: routedAway,
  beside: movedFrom,
  write: ({ client }) => client.routeDid,
});
