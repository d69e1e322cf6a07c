import type { CarrierPicture } from "../../core/carrier/picture.ts";

export const exotelPicture: CarrierPicture = {
  fields: {
    nso_code: "Number series",
    edge_preference: "Edge",
    registration_enabled: "Registration",
    secure_trunking: "Encryption",
  },
};
