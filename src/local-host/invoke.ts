import type { LoadedApp } from "./app.ts";
import type { CoreInvocationContext, TraceContext, TypedData, WriteLog } from "./core-contract.ts";
import { findTrigger } from "./core.ts";
import type { RegisteredFunction } from "./core.ts";
import { describeError } from "./log.ts";

export interface Invocation {
  readonly app: LoadedApp;
  readonly registered: RegisteredFunction;
  readonly invocationId: string;
  readonly input: TypedData;
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext: TraceContext;
  /** Called after the handler and its hooks, before the response is written. */
  readonly onHandled?: () => void;
}

/**
 * Runs one function with its hooks, in the worker's order, and returns its result once the response is written.
 * Logs what the function throws, and throws it.
 */
export const invokeFunction = async (invocation: Invocation): Promise<unknown> => {
  const { app, registered } = invocation;
  try {
    return await run(invocation);
  } catch (error) {
    const { name } = registered.metadata;
    app.log("error", "system", `Executed '${name}' (Failed): ${describeError(error)}`);
    throw error;
  }
};

const run = async (invocation: Invocation): Promise<unknown> => {
  const { app, registered, onHandled } = invocation;
  let context: unknown;
  const coreContext = createCoreContext(invocation, (level, category, message) =>
    app.log(level, category, message, context),
  );
  const model = await app.model.getInvocationModel(coreContext);
  const { inputs, ...made } = await model.getArguments();
  context = made.context;
  const shared = { hookData: {}, appHookData: app.hooks.appHookData, invocationContext: context };

  // hooks replace inputs, handler, result and error in the objects that they are given
  const before = { ...shared, inputs, functionCallback: registered.callback };
  coreContext.state = "preInvocationHooks";
  await app.hooks.run("preInvocation", before);

  const after: { result: unknown; error: unknown } & Record<string, unknown> = {
    ...shared,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  coreContext.state = "invocation";
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    // a thrown `undefined` must not pass for "no error"
    after.error = error ?? new Error(`The function '${registered.metadata.name}' threw ${String(error)}.`);
  }
  coreContext.state = "postInvocationHooks";
  try {
    await app.hooks.run("postInvocation", after);
  } finally {
    coreContext.state = undefined;
  }

  if (after.error !== null && after.error !== undefined) throw after.error;
  onHandled?.();
  await model.getResponse(context, after.result);
  return after.result;
};

const createCoreContext = (
  { registered: { metadata }, invocationId, input, triggerMetadata, traceContext }: Invocation,
  log: WriteLog,
): CoreInvocationContext => ({
  invocationId,
  request: {
    invocationId,
    functionId: metadata.functionId ?? metadata.name,
    inputData: [{ name: findTrigger(metadata).name, data: input }],
    triggerMetadata,
    traceContext,
  },
  metadata,
  log,
});
