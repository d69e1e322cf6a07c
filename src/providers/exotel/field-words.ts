export const fieldWords = {
  nso_code: "Number series",
  edge_preference: "Edge",
  registration_enabled: "Registration",
  secure_trunking: "Encryption",
};
