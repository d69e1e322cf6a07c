/** Tools that ask the client something: as requests of their own in the 2025 era, as answers to come back to since. */
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequest,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import { text } from "./fixture-tools.ts";

const none = z.strictObject({});
const nameForm = z.object({ name: z.string() });
const colorForm = z.object({ color: z.string() });
const okForm = z.object({ ok: z.boolean() });
const askName = () => inputRequired.elicit({ message: "What is your name?", requestedSchema: nameForm });
const askModel = (words: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [{ role: "user", content: { type: "text", text: words } }], maxTokens });

export const stateCodec = createRequestStateCodec<{ round: number }>({
  key: crypto.getRandomValues(new Uint8Array(32)),
  ttlSeconds: 60,
  bind: ({ mcpReq }) => mcpReq.method,
});

export function registerQuestions(server: McpServer): void {
  registerAsked(server);
  registerComeBack(server);
  registerRounds(server);
}

type FormSchema = Extract<Parameters<ServerContext["mcpReq"]["elicitInput"]>[0], { requestedSchema: unknown }>["requestedSchema"];

function registerAsked(server: McpServer): void {
  const form = async ({ mcpReq }: ServerContext, message: string, properties: object, required: string[] = []) => {
    const requestedSchema = { type: "object", properties, required } as FormSchema;
    const { action, content } = await mcpReq.elicitInput({ mode: "form", message, requestedSchema });
    return text(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
  };
  server.registerTool(
    "test_elicitation",
    { description: "Asks a person", inputSchema: z.object({ message: z.string() }) },
    ({ message }, ctx) => form(ctx, message, { username: { type: "string" }, email: { type: "string" } }, ["username", "email"]),
  );
  server.registerTool("test_elicitation_sep1034_defaults", { description: "A form with defaults", inputSchema: none }, (_, ctx) =>
    form(ctx, "Check the defaults", {
      name: { type: "string", default: "John Doe" },
      age: { type: "integer", default: 30 },
      score: { type: "number", default: 95.5 },
      status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
      verified: { type: "boolean", default: true },
    }),
  );
  const options = ["option1", "option2", "option3"];
  const titled = ["First", "Second", "Third"].map((title, index) => ({ const: `value${index + 1}`, title: `${title} Option` }));
  server.registerTool("test_elicitation_sep1330_enums", { description: "A form with choices", inputSchema: none }, (_, ctx) =>
    form(ctx, "Choose", {
      untitledSingle: { type: "string", enum: options },
      titledSingle: { type: "string", oneOf: titled },
      legacyEnum: { type: "string", enum: ["opt1", "opt2", "opt3"], enumNames: ["Option One", "Option Two", "Option Three"] },
      untitledMulti: { type: "array", items: { type: "string", enum: options } },
      titledMulti: { type: "array", items: { anyOf: titled } },
    }),
  );
  server.registerTool(
    "test_sampling",
    { description: "Asks a model", inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const messages = [{ role: "user" as const, content: { type: "text" as const, text: prompt } }];
      const { content } = await mcpReq.requestSampling({ messages, maxTokens: 100 });
      return text(`LLM response: ${JSON.stringify(content)}`);
    },
  );
}

/** One question, and the answer to it. */
function registerComeBack(server: McpServer): void {
  const questions: Record<string, [key: string, question: () => InputRequest]> = {
    test_input_required_result_elicitation: ["user_name", askName],
    test_streaming_elicitation: ["user_name", askName],
    test_input_required_result_sampling: ["capital_question", () => askModel("What is the capital of France?", 100)],
    // The SDK refuses to ask what the client did not declare.
    test_missing_capability: ["answer", () => askModel("Anything", 10)],
    test_input_required_result_list_roots: ["client_roots", inputRequired.listRoots],
  };
  for (const [name, [key, question]] of Object.entries(questions)) {
    server.registerTool(name, { description: "Asks once", inputSchema: none }, async (_, { mcpReq }) => {
      const view = inputResponse(mcpReq.inputResponses, key);
      return view.kind === "missing" ? inputRequired({ inputRequests: { [key]: question() } }) : text(`Hello, ${JSON.stringify(view)}!`);
    });
  }
  server.registerTool(
    "test_input_required_result_capabilities",
    { description: "Asks as it may", inputSchema: none },
    async (_, { mcpReq }) => {
      const envelope = mcpReq.envelope as Record<string, ClientCapabilities> | undefined;
      const capabilities = envelope?.[CLIENT_CAPABILITIES_META_KEY];
      const inputRequests = {
        ...(capabilities?.sampling ? { greeting: askModel("Generate a greeting", 50) } : {}),
        ...(capabilities?.elicitation ? { user_name: askName() } : {}),
      };
      return inputRequired({ inputRequests });
    },
  );
}

/** Questions that remember where they are. */
function registerRounds(server: McpServer): void {
  for (const name of ["test_input_required_result_request_state", "test_input_required_result_tampered_state"]) {
    server.registerTool(name, { description: "Remembers that it asked", inputSchema: none }, async (_, ctx) => {
      if (acceptedContent(ctx.mcpReq.inputResponses, "confirm", okForm) && ctx.mcpReq.requestState()) return text("state-ok");
      const confirm = inputRequired.elicit({ message: "Please confirm", requestedSchema: okForm });
      return inputRequired({ inputRequests: { confirm }, requestState: await stateCodec.mint({ round: 1 }, ctx) });
    });
  }
  server.registerTool(
    "test_input_required_result_multiple_inputs",
    { description: "Asks three at once", inputSchema: none },
    async (_, ctx) => {
      const inputRequests = {
        user_name: askName(),
        greeting: askModel("Generate a greeting", 50),
        client_roots: inputRequired.listRoots(),
      };
      const given = Object.keys(inputRequests).every((key) => inputResponse(ctx.mcpReq.inputResponses, key).kind !== "missing");
      return given ? text("all there") : inputRequired({ inputRequests, requestState: await stateCodec.mint({ round: 1 }, ctx) });
    },
  );
  server.registerTool("test_input_required_result_multi_round", { description: "Asks twice", inputSchema: none }, async (_, ctx) => {
    const { inputResponses, requestState } = ctx.mcpReq;
    const reached = requestState<{ round: number }>()?.round ?? 0;
    if (reached === 2 && acceptedContent(inputResponses, "step2", colorForm)) return text("both steps done");
    const second = reached >= 1 && acceptedContent(inputResponses, "step1", nameForm) !== undefined;
    const inputRequests: Record<string, InputRequest> = second
      ? { step2: inputRequired.elicit({ message: "Step 2: What is your favorite color?", requestedSchema: colorForm }) }
      : { step1: inputRequired.elicit({ message: "Step 1: What is your name?", requestedSchema: nameForm }) };
    return inputRequired({ inputRequests, requestState: await stateCodec.mint({ round: second ? 2 : 1 }, ctx) });
  });
}
