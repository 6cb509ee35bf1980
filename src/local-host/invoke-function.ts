import type {
  InvocationContext,
  InvocationResponse,
  TraceContext,
  TypedData,
  WriteLog,
} from "./core-contract.ts";
import type { Registry, RegisteredFunction } from "./core-module.ts";
import { createSystemError } from "./create-system-error.ts";
import { findTrigger } from "./find-trigger.ts";
import { toBytes } from "./to-bytes.ts";

export interface Invocation {
  readonly registry: Registry;
  readonly registered: RegisteredFunction;
  readonly invocationId: string;
  readonly data: TypedData;
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext: TraceContext;
  /** Called between the handler and the writing of its answer. */
  readonly onHandled?: () => void;
}

export interface InvocationOutcome {
  readonly result: unknown;
  readonly response: InvocationResponse;
}

/** Runs one function with its hooks, in the order of the real worker; throws what the function throws. */
export async function invokeFunction(invocation: Invocation): Promise<InvocationOutcome> {
  const { registry, registered } = invocation;
  if (!registry.model) throw createSystemError("No programming model is set.");
  const { coreContext, setInvocationContext } = createCoreContext(invocation);

  const model = await registry.model.getInvocationModel(coreContext);
  const { context, inputs } = await model.getArguments();
  setInvocationContext(context);
  const shared = { hookData: {}, appHookData: registry.hooks.appHookData, invocationContext: context };

  const before = { ...shared, inputs, functionCallback: registered.callback };
  coreContext.state = "preInvocationHooks";
  await registry.hooks.run("preInvocation", before);

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
    await registry.hooks.run("postInvocation", after);
  } finally {
    coreContext.state = undefined;
  }

  if (after.error !== null && after.error !== undefined) throw after.error;
  invocation.onHandled?.();
  const response = await model.getResponse(context, after.result);
  enqueueOutputs(invocation, response);
  return { result: after.result, response };
}

function enqueueOutputs({ registry, registered }: Invocation, { outputData = [] }: InvocationResponse): void {
  for (const { name, data } of outputData) {
    const binding = registered.metadata.bindings[name];
    if (binding?.type?.toLowerCase() !== "queue") continue;
    const value: unknown = data.json ? JSON.parse(data.json) : undefined;
    // an array is one message each
    const messages = Array.isArray(value) ? value : [Buffer.from(toBytes(data)).toString()];
    for (const message of messages) {
      registry.enqueue(
        binding.queueName ?? "",
        typeof message === "string" ? message : JSON.stringify(message),
      );
    }
  }
}

function createCoreContext({ registry, registered, invocationId, ...request }: Invocation) {
  let invocationContext: unknown;
  const { metadata } = registered;
  const log: WriteLog = (level, category, message) =>
    registry.log(level, category, message, invocationContext);
  const coreContext: InvocationContext = {
    invocationId,
    request: {
      invocationId,
      functionId: metadata.functionId ?? metadata.name,
      inputData: [{ name: findTrigger(metadata).name, data: request.data }],
      triggerMetadata: request.triggerMetadata,
      traceContext: request.traceContext,
    },
    metadata,
    log,
  };
  return {
    coreContext,
    setInvocationContext: (context: unknown): void => {
      invocationContext = context;
    },
  };
}
