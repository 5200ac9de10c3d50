import { IsIn, IsNotEmpty, IsOptional, IsString, Matches, ValidateIf } from 'class-validator';

const OPERATORS = ['SKT', 'KT', 'LGU', 'SKT_MVNO', 'KT_MVNO', 'LGU_MVNO'] as const;

export class RequestIdentityVerificationDto {
  @IsString()
  @IsNotEmpty()
  name!: string;

  /** With or without hyphens and `+82`. */
  @Matches(/^\+?[\d -]{9,17}$/)
  phoneNumber!: string;

  @IsIn(OPERATORS)
  operator!: (typeof OPERATORS)[number];

  @IsOptional()
  @IsIn(['SMS', 'APP'])
  method: 'SMS' | 'APP' = 'SMS';

  /** The first seven digits of the resident registration number: needed for an SMS. */
  @ValidateIf(({ method, identityNumber }: RequestIdentityVerificationDto) => method === 'SMS' || !!identityNumber)
  @Matches(/^\d{7}$/)
  identityNumber?: string;
}

export class ConfirmIdentityVerificationDto {
  /** The code of the SMS; none for a verification in the operator's app. */
  @IsOptional()
  @Matches(/^\d{4,8}$/)
  otp?: string;
}
