//! Why identity refuses.

macro_rules! identity_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

        }
    };
}
