import { IsInt, IsNotEmpty, IsOptional, IsPositive, IsString, Length } from 'class-validator';

export class ConfirmPaymentDto {
  @IsString()
  @IsNotEmpty()
  paymentId!: string;
}

export class CancelPaymentDto {
  @IsString()
  @IsNotEmpty()
  reason!: string;

  /** Won; everything that is left when absent. */
  @IsOptional()
  @IsInt()
  @IsPositive()
  amount?: number;

  /** The caller's own name for this refund: sent twice, a double click refunds once. */
  @IsOptional()
  @Length(16, 256)
  requestId?: string;
}
