import { engineBinding } from "../../src/engine/engine-binding.ts";

/** What is taken from an npm package into what is deployed. */
export interface ModulePart {
  readonly name: string;
  readonly about: string;
  /** Each must match at least one of the package's files; no other file is taken, but for its licences. */
  readonly keep: readonly RegExp[];
}

/** The engine for the machines of Azure Functions. */
export const engineModule = engineBinding("linux", "x64");

/** Everything that `dist/main.cjs` does not hold itself, for Linux x64 with glibc. */
export const moduleParts: readonly ModulePart[] = [
  {
    name: "onnxruntime-node",
    about: "model runtime",
    keep: [
      /^package\.json$/,
      /^dist\/.+\.js$/,
      // an installer that fetched CUDA and TensorRT leaves them beside these two
      /^bin\/napi-v\d+\/linux\/x64\/onnxruntime_binding\.node$/,
      /^bin\/napi-v\d+\/linux\/x64\/libonnxruntime\.so[.\d]*$/,
    ],
  },
  {
    name: "onnxruntime-common",
    about: "model runtime, its interface",
    keep: [/^package\.json$/, /^dist\/cjs\/.+\.js$/, /^dist\/cjs\/package\.json$/],
  },
  { name: engineModule, about: "Chroma engine", keep: [/^package\.json$/, /^[^/]+\.node$/] },
];

/** Files that a licence may ask to be passed on. */
export const licenceFile = /^(?:licen[cs]e|notice|copying|third.?party)[^/]*$/i;

/** What the app may ask for although no package brings it. */
export const notNeeded: ReadonlySet<string> = new Set([
  // the Functions host supplies it
  "@azure/functions-core",
  // only for collections that embed by themselves: ours are given their vectors
  "@chroma-core/default-embed",
  // Application Insights looks whether it is there, and does without
  "@opentelemetry/instrumentation",
]);
