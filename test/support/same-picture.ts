import { readFileSync } from "node:fs";
import type { Page } from "puppeteer-core";

/** Edges of letters are drawn a little differently by each version of a browser. */
const CHANNEL_MAY_DIFFER = 64;

/** The share of pixels that differ from the picture that is kept. */
export async function differenceFrom(file: string, shot: Uint8Array, page: Page): Promise<number> {
  const images = [readFileSync(file), Buffer.from(shot)].map((image) => `data:image/png;base64,${image.toString("base64")}`);
  return (await page.evaluate(`(${compare})(${JSON.stringify(images)}, ${CHANNEL_MAY_DIFFER})`)) as number;
}

/** Runs in the browser: a picture of another size differs wholly. */
const compare = `async (urls, most) => {
  const [kept, now] = await Promise.all(urls.map(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  }));
  if (kept.width !== now.width || Math.abs(kept.height - now.height) > 4) return 1;
  const length = Math.min(kept.data.length, now.data.length);
  let differ = 0;
  for (let at = 0; at < length; at += 4)
    if ([0, 1, 2].some((channel) => Math.abs(kept.data[at + channel] - now.data[at + channel]) > most)) differ++;
  return differ / (length / 4);
}`;
