/** The environment of a server, without the variables of the user's shell that could change its behaviour. */
export const bareEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  LANG: 'C',
});
