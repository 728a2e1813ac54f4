//! Why payment refuses.

macro_rules! payment_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

        }
    };
}
