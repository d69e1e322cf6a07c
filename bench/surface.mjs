// The price of the surface before anything is called: to a model in tokens, to a client in bytes that it reads and compiles.
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";

export function measureSurface({ tools, instructions }) {
  const costs = tools.map(({ name, description, inputSchema }) => ({
    name,
    tokens: countTokens(name) + countTokens(description) + countTokens(JSON.stringify(inputSchema)),
  }));
  const total = costs.reduce((sum, { tokens }) => sum + tokens, 0);
  const bytes = (value) => Buffer.byteLength(JSON.stringify(value));
  const [widest] = costs.sort((a, b) => b.tokens - a.tokens);
  return {
    tools: tools.length,
    average: Number((total / tools.length).toFixed(1)),
    widest,
    total,
    instructions: countTokens(instructions),
    outputSchemas: tools.reduce((sum, { outputSchema }) => sum + bytes(outputSchema), 0),
    list: bytes({ tools }),
  };
}
