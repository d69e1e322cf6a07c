// What a model pays for the surface before it calls anything.
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";

export function measureSurface({ tools, instructions }) {
  const costs = tools.map(({ name, description, inputSchema }) => ({
    name,
    tokens: countTokens(name) + countTokens(description) + countTokens(JSON.stringify(inputSchema)),
  }));
  const total = costs.reduce((sum, { tokens }) => sum + tokens, 0);
  const [widest] = costs.sort((a, b) => b.tokens - a.tokens);
  return {
    tools: tools.length,
    average: Number((total / tools.length).toFixed(1)),
    widest,
    total,
    instructions: countTokens(instructions),
  };
}
