import { IsNotEmpty, IsString, IsUUID, ValidateIf } from 'class-validator';

/** What the browser has from the window: a billing key, or the token to approve its issue with. */
export class RegisterBillingKeyDto {
  @ValidateIf(({ billingIssueToken }: RegisterBillingKeyDto) => billingIssueToken === undefined)
  @IsString()
  @IsNotEmpty()
  billingKey?: string;

  @ValidateIf(({ billingKey }: RegisterBillingKeyDto) => billingKey === undefined)
  @IsString()
  @IsNotEmpty()
  billingIssueToken?: string;
}

export class PayWithBillingKeyDto {
  @IsUUID()
  orderId!: string;
}
