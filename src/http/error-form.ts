import * as z from "zod";
import type { ErrorCode } from "../shared/app-error.ts";

/** An error as a caller may read it. */
export interface PublicError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Which part of the request is wrong. */
  readonly param?: string | undefined;
  readonly status: number;
}

/** How a protocol words an error. */
export interface ErrorForm {
  readonly contentType: string;
  readonly schema: z.ZodType;
  readonly encode: (error: PublicError) => string;
}

/** The form of the AI Chat Protocol, and of every route that has none of its own. */
export const plainErrorForm: ErrorForm = {
  contentType: "application/json; charset=utf-8",
  schema: z
    .object({
      error: z.object({
        code: z.string().describe("Which error it is, for programs."),
        message: z.string().describe("The same in words, for people."),
      }),
    })
    .meta({ title: "Error" }),
  encode: ({ code, message }) => JSON.stringify({ error: { code, message } }),
};
