/** Whether a value may be a phone number in some spelling. Needs no metadata: everything else is told apart at once. */
export function looksLikeNumber(value: string): boolean {
  const digits = value.replace(/\D/g, "").length;
  return /^(?:tel:)?[+(\d][\d\s().+/-]*$/i.test(value.trim()) && digits >= 6 && digits <= 18;
}
