//! Why subsidy refuses.

macro_rules! subsidy_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

        }
    };
}
