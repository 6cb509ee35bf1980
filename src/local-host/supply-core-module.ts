import Module from "node:module";

/** Makes `require("@azure/functions-core")` answer with this object; returns the function that undoes it. */
export function supplyCoreModule(core: object): () => void {
  const { prototype } = Module;
  const original = Object.getOwnPropertyDescriptor(prototype, "require");
  const require: unknown = original?.value;
  if (!original || typeof require !== "function") throw new Error("Node's require can't be hooked.");
  const value = new Proxy(require, {
    apply: (target, self, args: unknown[]): unknown =>
      args[0] === "@azure/functions-core" ? core : Reflect.apply(target, self, args),
  });
  Object.defineProperty(prototype, "require", { ...original, value });
  return () => void Object.defineProperty(prototype, "require", original);
}
