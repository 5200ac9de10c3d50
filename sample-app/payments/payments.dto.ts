import { IsInt, IsNotEmpty, IsOptional, IsPositive, IsString } from 'class-validator';

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

  /** The caller's own name for this refund: sent twice, it refunds once. Without one, each request is another refund. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  requestId?: string;
}
