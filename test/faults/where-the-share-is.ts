import { readFileSync } from "node:fs";

/** Says on what the share lay: the workflow mounts a real SMB share, most machines cannot. */
export const whereTheShareIs = (): string => {
  const share = process.env["FAULTS_SHARE"];
  if (!share)
    return "The share was a folder on local disk: on a real SMB mount it was not run (FAULTS_SHARE names none).";
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  const mount = mounts
    .map((line) => line.split(" "))
    .find(([, folder = "-"]) => `${share}/`.startsWith(`${folder}/`) && folder !== "/");
  return mount?.[2] === "cifs" || mount?.[2] === "smb3"
    ? `The share was on a real SMB mount: ${mount[0]} (${mount[3]}).`
    : `The share was ${share}, which is no SMB mount: on one it was not run.`;
};
