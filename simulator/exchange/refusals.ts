/** A business error of the exchange: answered with HTTP 400 and this code as a string. */
export type Refusal = { readonly code: string; readonly msg: string };

const refusal = (code: string, msg: string): Refusal => ({ code, msg });

export const REFUSED = {
  signature: refusal('0001', 'Incorrect signature'),
  signatureOther: refusal('0002', 'Incorrect signature'),
  rateLimit: refusal('0003', 'Rate limit exceeded'),
  apiKey: refusal('0102', 'Invalid API key'),
  accountId: refusal('0104', 'The accountId is not allowed'),
  ip: refusal('0202', 'Invalid IP'),
  symbol: refusal('0201', 'Instrument not found'),
  orderType: refusal('0206', 'Unsupported order type'),
  pricePrecision: refusal('0209', 'Price precision exceeds the limit'),
  priceRange: refusal('0210', 'Price is outside the allowed range'),
  orderNotFound: refusal('0211', 'Order not found'),
  balance: refusal('0401', 'Insufficient asset'),
  permission: refusal('-1005', 'No permission'),
  combination: refusal('-1014', 'Unsupported order combination'),
  timestamp: refusal('-1021', 'Timestamp for this request is outside of the recvWindow'),
  replay: refusal('-1024', 'Duplicate request'),
  timeInForce: refusal('-1115', 'Invalid timeInForce'),
  side: refusal('-1117', 'Invalid side'),
  clientOrderId: refusal('-1123', 'Invalid client order id'),
  price: refusal('-1124', 'Invalid price'),
  quantity: refusal('-1126', 'Invalid quantity'),
  quantityAndAmount: refusal('-1129', 'Quantity and amount must not both be sent'),
  quantityMax: refusal('-1135', 'Quantity is above the maximum'),
  quantityMin: refusal('-1136', 'Quantity is below the minimum'),
  quantityPrecision: refusal('-1137', 'Quantity precision exceeds the limit'),
  filled: refusal('-1139', 'Order has been filled'),
  amountMin: refusal('-1140', 'Order amount is below the minimum'),
  duplicate: refusal('-1141', 'Duplicate order'),
  canceled: refusal('-1142', 'Order has been canceled'),
  amountPrecision: refusal('-1148', 'Cash amount precision exceeds the limit'),
  amountMax: refusal('-1206', 'Order amount is above the maximum'),
  openOrders: refusal('-2017', 'Open orders exceed the limit of the trading pair'),
  batchSize: refusal('-2022', 'Too many orders in one batch'),
  tradeRange: refusal('-2027', 'The query range exceeds 30 days'),
} as const;

export const missingField = (name: string): Refusal =>
  refusal('0001', `Required field ${name} missing or invalid`);

export const illegalParameter = (name: string): Refusal =>
  refusal('-1130', `Illegal parameter ${name}`);

export const postOnlyWouldCross = (code: string): Refusal =>
  refusal(code, 'Post-only order would be filled immediately');

export const isRefusal = (value: object): value is Refusal => 'code' in value && 'msg' in value;
