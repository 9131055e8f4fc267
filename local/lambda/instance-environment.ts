import type { FunctionDescription } from '../template/description.ts';

/** What the host needs to know of a function; a description from the template serves as it is. */
export type HostedFunction = Pick<
  FunctionDescription,
  | 'name'
  | 'arn'
  | 'handler'
  | 'codeDirectory'
  | 'timeoutMs'
  | 'memoryMb'
  | 'environment'
  | 'logGroupName'
  | 'reservedConcurrency'
>;

export type Surroundings = {
  readonly region: string;
  /** Where the AWS SDK finds its services: the local AWS endpoint. */
  readonly endpointUrl: string;
  /** Further variables for every function; the function's own win. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where programs are found: the one variable an instance inherits. */
  readonly path: string;
};

/** Answers the whole environment of an instance: nothing of the host's own leaks into it. */
export function instanceEnvironment(
  hosted: HostedFunction,
  surroundings: Surroundings,
): Record<string, string> {
  return {
    ...surroundings.environment,
    ...hosted.environment,
    PATH: surroundings.path,
    TZ: ':UTC',
    AWS_REGION: surroundings.region,
    AWS_DEFAULT_REGION: surroundings.region,
    AWS_ENDPOINT_URL: surroundings.endpointUrl,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: hosted.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(hosted.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: hosted.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: hosted.codeDirectory,
    _HANDLER: hosted.handler,
  };
}
