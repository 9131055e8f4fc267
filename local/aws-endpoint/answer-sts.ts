import { AwsError, type AwsIdentity, type AwsResponse } from './aws-service.ts';

/** Answers the one STS call that tools make to see whether their credentials work: here all do. */
export function answerSts(identity: AwsIdentity, form: URLSearchParams): AwsResponse {
  const action = form.get('Action') ?? '';
  if (action !== 'GetCallerIdentity') {
    throw new AwsError(
      'UnknownOperationException',
      `The local stack does not know the query "Action=${action}": it speaks the JSON protocols ` +
        '(with x-amz-target), and of STS only GetCallerIdentity.',
    );
  }
  const { accountId } = identity;
  const body =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
    `<GetCallerIdentityResult><Arn>arn:aws:iam::${accountId}:root</Arn>` +
    `<UserId>${accountId}</UserId><Account>${accountId}</Account></GetCallerIdentityResult>` +
    '<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata>' +
    '</GetCallerIdentityResponse>';
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}
