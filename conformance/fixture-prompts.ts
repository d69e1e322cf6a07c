import { acceptedContent, completable, inputRequired, type McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";
import { PIXEL } from "./fixture-tools.ts";

const said = (text: string) => ({ role: "user" as const, content: { type: "text" as const, text } });
const contextForm = z.object({ context: z.string() });

export function registerPrompts(server: McpServer): void {
  server.registerPrompt("test_simple_prompt", { description: "One fixed message" }, () => ({
    messages: [said("This is a simple prompt for testing.")],
  }));
  const argument = completable(z.string(), (typed) => ["paris", "park", "party"].filter((word) => word.startsWith(typed)));
  const argsSchema = z.object({ arg1: argument, arg2: z.string() });
  server.registerPrompt("test_prompt_with_arguments", { description: "Two arguments", argsSchema }, ({ arg1, arg2 }) => ({
    messages: [said(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
  }));
  const resourceArguments = z.object({ resourceUri: z.string() });
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    { description: "A resource", argsSchema: resourceArguments },
    ({ resourceUri: uri }) => ({
      messages: [
        {
          role: "user",
          content: { type: "resource", resource: { uri, mimeType: "text/plain", text: "Embedded resource content for testing." } },
        },
        said("Please process the embedded resource above."),
      ],
    }),
  );
  server.registerPrompt("test_prompt_with_image", { description: "A picture" }, () => ({
    messages: [{ role: "user", content: { type: "image", data: PIXEL, mimeType: "image/png" } }, said("Please analyze the image above.")],
  }));
  server.registerPrompt("test_input_required_result_prompt", { description: "Asks first" }, ({ mcpReq }) => {
    const answered = acceptedContent(mcpReq.inputResponses, "user_context", contextForm);
    if (answered) return { messages: [said(answered.context)] };
    const form = inputRequired.elicit({ message: "What context should the prompt use?", requestedSchema: contextForm });
    return inputRequired({ inputRequests: { user_context: form } });
  });
}
