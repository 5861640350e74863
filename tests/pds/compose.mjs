// What the network's own client makes of a text: node compose.mjs PDS_URL TEXT
// Prints the text and its facets; people who are mentioned are asked for at the PDS.

import { AtpAgent, RichText } from "@atproto/api";

const [service, text] = process.argv.slice(2);
const words = new RichText({ text });
await words.detectFacets(new AtpAgent({ service }));
process.stdout.write(JSON.stringify({ text: words.text, facets: words.facets ?? [] }));
