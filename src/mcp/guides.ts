import { type ReadResourceResult, ResourceNotFoundError } from "@modelcontextprotocol/server";
import { guides, guideText } from "../../guides/index.ts";
import type { GuideTopic } from "../core/carrier/guides.ts";

const MARKDOWN_TYPE = "text/markdown";
const BASE = "trunkline://guides/";

export const guideTopics = Object.keys(guides);

export const guideTemplate = {
  name: "guide",
  title: "One guide",
  uriTemplate: `${BASE}{topic}`,
  description: "How something is set up, with sources",
  mimeType: MARKDOWN_TYPE,
};

export const guideResources = Object.entries(guides).map(([topic, { title, description }]) => ({
  uri: BASE + topic,
  name: `guide-${topic}`,
  title,
  description,
  mimeType: MARKDOWN_TYPE,
}));

export const isGuide = (uri: string) => uri.startsWith(BASE);

export async function readGuide(uri: string): Promise<ReadResourceResult> {
  const topic = uri.slice(BASE.length);
  if (!Object.hasOwn(guides, topic)) throw new ResourceNotFoundError(uri);
  const text = await guideText(topic as GuideTopic);
  return { contents: [{ uri, mimeType: MARKDOWN_TYPE, text }] };
}
