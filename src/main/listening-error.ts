/**
 * Why a port could not be taken, with the variable that says another; any other error as it is.
 * @param port.variable of the port, `SANTUN_HTTP_PORT`; `hostVariable` of its address.
 */
export function listeningError(
  error: unknown,
  port: { host: string; port: number; variable: string; hostVariable: string },
): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new Error(
      `port ${port.port} on ${port.host} is in use: stop what listens there, or set ${port.variable} (0 takes any free port)`,
    );
  }
  if (code === 'EACCES') {
    return new Error(
      `port ${port.port} on ${port.host} is not for this user: set ${port.variable} to 1024 or above`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Error(`${port.host} is no address of this machine: set ${port.hostVariable}`);
  }
  return error;
}
