//! How many decimals each currency has (ISO 4217).

/// Currencies by their number of decimals: ISO 4217, list one, without funds and metals.
const BY_DECIMALS: [(u8, &str); 4] = [
    (
        0,
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    ),
    (
        2,
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN \
         BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS \
         GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR \
         LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD \
         PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN \
         SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UZS VES WST XCD XCG YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

/// The number of decimals of a currency; `None` when ISO 4217 does not list it.
///
/// ```
/// # use billing::money::decimals_of;
/// let decimals = ["USD", "INR", "JPY", "KWD", "usd", "UDS", "US"].map(decimals_of);
/// assert_eq!(decimals, [Some(2), Some(2), Some(0), Some(3), None, None, None]);
/// ```
pub fn decimals_of(code: &str) -> Option<u8> {
    let names = |codes: &str| codes.split(' ').any(|known| known == code);
    let found = BY_DECIMALS.iter().find(|(_, codes)| names(codes));
    found.map(|(decimals, _)| *decimals)
}
