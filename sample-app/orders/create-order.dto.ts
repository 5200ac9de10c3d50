import { IsInt, IsString, Max, Min } from 'class-validator';

export class CreateOrderDto {
  @IsString()
  product!: string;

  @IsInt()
  @Min(1)
  @Max(99)
  quantity!: number;
}
