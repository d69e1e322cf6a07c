export const BASE = "https://sandbox-api.didww.com/v3";
