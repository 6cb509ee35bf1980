import Module from "node:module";

type Load = (request: string, ...rest: unknown[]) => unknown;

/** Makes `require("@azure/functions-core")` answer with this object; returns the function that undoes it. */
export function supplyCoreModule(core: object): () => void {
  const loader = Module as unknown as { _load: Load };
  const original = loader._load;
  const supply: Load = function (this: unknown, request, ...rest) {
    return request === "@azure/functions-core" ? core : Reflect.apply(original, this, [request, ...rest]);
  };
  loader._load = supply;
  return () => {
    if (loader._load === supply) loader._load = original;
  };
}
