//! Why quota refuses.

macro_rules! quota_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

        }
    };
}
