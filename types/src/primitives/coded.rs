//! Enums whose variants have a code: one word for the database, forms, addresses and JSON.

/// A code that no variant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such code")]
pub struct UnknownCode;

/// Declares enums with a code for each variant. With the feature `sea-orm` a column of an entity can
/// hold one; a code in the database that no variant has is an error of the read.
macro_rules! coded {
    ($(
        $(#[$meta:meta])*
        $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal,)* }
    )*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "sea-orm", derive(sea_orm::DeriveValueType))]
        #[cfg_attr(feature = "sea-orm", sea_orm(value_type = "String"))]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// All, in order.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$variant),*];

            /// The code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// The one with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::from_code(code).ok_or($crate::UnknownCode)
            }
        }

        // an array of codes in a column
        #[cfg(feature = "sea-orm")]
        impl sea_orm::TryGetableArray for $name {
            fn try_get_by<I: sea_orm::ColIdx>(
                row: &sea_orm::QueryResult,
                index: I,
            ) -> Result<Vec<Self>, sea_orm::TryGetError> {
                let codes = <Vec<String> as sea_orm::TryGetable>::try_get_by(row, index)?;
                let known = codes.iter().map(|code| code.parse());
                known.collect::<Result<_, $crate::UnknownCode>>().map_err(|error| {
                    sea_orm::TryGetError::DbErr(sea_orm::DbErr::TryIntoErr {
                        from: "String",
                        into: stringify!($name),
                        source: std::sync::Arc::new(error),
                    })
                })
            }
        }

        // required of a part of a primary key
        #[cfg(feature = "sea-orm")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}
pub(crate) use coded;

#[cfg(test)]
mod tests {
    use super::UnknownCode;

    coded! {
        /// A light.
        Light {
            /// On.
            On = "on",
                /// Off.
            SwitchedOff = "switched-off",
        }
    }

    #[test]
    fn a_code_is_one_word_in_text_and_in_json() {
        for light in Light::ALL {
            assert_eq!(Light::from_code(light.code()), Some(light));
            assert_eq!(light.to_string().parse(), Ok(light));
            let json = serde_json::to_value(light).expect("json");
            assert_eq!(json, light.code());
            assert_eq!(
                serde_json::from_value::<Light>(json).expect("a light"),
                light
            );
        }
    }

    #[test]
    fn a_code_is_read_exactly() {
        for code in ["", "ON", "on ", "switched_off", "SwitchedOff"] {
            assert_eq!(Light::from_code(code), None, "{code:?}");
            assert_eq!(code.parse::<Light>(), Err(UnknownCode), "{code:?}");
        }
    }

    #[cfg(feature = "sea-orm")]
    #[test]
    fn a_column_holds_the_code_and_refuses_others() {
        use sea_orm::Value;
        use sea_orm::sea_query::ValueType;

        let held = Value::from(Light::SwitchedOff);
        assert_eq!(held, Value::from("switched-off"));
        assert_eq!(
            <Light as ValueType>::try_from(held).ok(),
            Some(Light::SwitchedOff)
        );
        assert!(<Light as ValueType>::try_from(Value::from("dim")).is_err());
    }
}
